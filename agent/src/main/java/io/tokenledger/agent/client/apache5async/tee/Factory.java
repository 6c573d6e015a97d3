package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.client.apache5async.ApacheAsyncCall;
import io.tokenledger.agent.client.apache5async.ApacheAsyncTees;
import io.tokenledger.agent.exchange.Meter;

/** Makes the tees of a call. */
public final class Factory implements ApacheAsyncTees {
  @Override
  public ApacheAsyncCall begin(Meter meter) {
    return new TappedCall(meter);
  }
}
