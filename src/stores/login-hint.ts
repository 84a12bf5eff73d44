/** How a login gets into a store that the command does not know. */
export const LOGIN_IN_PROGRAM =
  "Log the person in with beginLogin and completeLogin from stagedoor/oauth, and keep the token with session.adopt.";
