package io.tokenledger.agent.client.harness;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes every call below {@code /v1/} for a model call, and keeps what it hears. */
public final class RecordingMeter implements Meter {
  public final List<RecordingExchange> exchanges = new CopyOnWriteArrayList<>();
  public final List<Throwable> faults = new CopyOnWriteArrayList<>();
  public final List<RequestTarget> asked = new CopyOnWriteArrayList<>();

  public static RecordingMeter installed(ClientTap tap) {
    RecordingMeter meter = new RecordingMeter();
    install(tap, meter);
    return meter;
  }

  public static void install(ClientTap tap, Meter meter) {
    TestBridge.clear();
    tap.install(TestBridge::install, meter);
  }

  @Override
  public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
    asked.add(target);
    if (!target.path().startsWith("/v1/")) {
      return null;
    }
    RecordingExchange exchange = new RecordingExchange(target);
    exchange.requestHeaders.put("x-test", String.valueOf(requestHeaders.value("X-TEST")));
    exchanges.add(exchange);
    return exchange;
  }

  @Override
  public void watch(Exchange exchange, Object wrapper) {
    ((RecordingExchange) exchange).watched = new WeakReference<>(wrapper);
  }

  @Override
  public void caught(Throwable fault) {
    faults.add(fault);
  }

  /** The only exchange there was. */
  public RecordingExchange only() {
    if (exchanges.size() != 1) {
      throw new AssertionError(exchanges.size() + " exchanges instead of one");
    }
    if (!faults.isEmpty()) {
      throw new AssertionError("faults of ours: " + faults);
    }
    return exchanges.get(0);
  }
}
