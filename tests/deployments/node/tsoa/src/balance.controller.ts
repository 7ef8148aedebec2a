// The balance as the published document describes it.

import { Controller, Get, Response, Route, Security, Tags, type ValidateError } from "tsoa";
import type { AuthenticationError } from "./authentication.js";

interface Money {
  currencyCode: string;
  /** @isInt */
  amountSubunits: number;
}

interface BalanceResponse {
  drawdownEnabled: boolean;
  balance: Money;
}

@Route("api/v1/billing")
@Tags("Billing")
export class BalanceController extends Controller {
  /** Get current drawdown balance for the authenticated developer */
  @Get("balance")
  @Security("bearerAuth", ["billing:read"])
  @Response<AuthenticationError>(401, "Authentication Failed")
  @Response<ValidateError>(422, "Validation Error")
  public async getBalance(): Promise<BalanceResponse> {
    return { drawdownEnabled: true, balance: { currencyCode: "USD", amountSubunits: 1500 } };
  }
}
