package io.tokenledger.agent.exchange;

import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.streamusage.UsageAsk;

/**
 * An exchange whose stream may be asked for usage. A class of its own, so that a process that asks
 * nobody pays for nothing: not for the field, nor, while this class is not loaded, for the call.
 */
final class AskingExchange extends MeteredExchange {
  private final UsageAsk usageAsk;

  AskingExchange(
      MeterContext context,
      RequestTarget target,
      RecognisedCall call,
      SurfacePlan plan,
      HeaderSource headers,
      UsageAsk usageAsk) {
    super(context, target, call, plan, headers);
    this.usageAsk = usageAsk;
  }

  @Override
  public UsageAsk usageAsk() {
    return usageAsk;
  }
}
