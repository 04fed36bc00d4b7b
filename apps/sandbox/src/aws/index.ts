import type { Route } from "../http/index.ts";
import type { AwsState } from "./aws-state.ts";
import { cognitoRoute } from "./cognito/cognito-route.ts";
import { awsControlRoutes } from "./control-routes.ts";
import { sesRoute } from "./ses/ses-route.ts";

export { createAwsState, type AwsState } from "./aws-state.ts";

/** Cognito, SES, the mailbox, and the controls of all three. */
export function awsRoutes(state: AwsState): Route[] {
  return [cognitoRoute(state), sesRoute(state), ...awsControlRoutes(state)];
}
