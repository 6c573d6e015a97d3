package io.tokenledger.agent.exchange;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.ledger.FinishedExchange;
import io.tokenledger.agent.ledger.HandOff;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.record.UsageRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A meter with the real surfaces and a hand-off that the test empties. */
final class MeterHarness {
  static final RequestTarget CHAT = target("api.openai.com", "/v1/chat/completions");
  static final RequestTarget MESSAGES = target("api.anthropic.com", "/v1/messages");
  static final Map<String, String> JSON = Map.of("content-type", "application/json");
  static final Map<String, String> SSE = Map.of("content-type", "text/event-stream; charset=utf-8");

  final Queue<FinishedExchange> handedOver = new ConcurrentLinkedQueue<>();
  final List<Throwable> faults = new ArrayList<>();
  final ProviderMeter meter;

  MeterHarness() {
    this(config(null));
  }

  MeterHarness(AgentConfig config) {
    this(config, Providers.all());
  }

  MeterHarness(AgentConfig config, List<Provider> providers) {
    this(config, providers, () -> {});
  }

  MeterHarness(AgentConfig config, List<Provider> providers, Runnable dropped) {
    Recogniser recogniser = new Recogniser(providers, List.of(), true);
    HandOff handOff =
        new HandOff() {
          @Override
          public boolean offer(FinishedExchange finished) {
            return handedOver.offer(finished);
          }

          @Override
          public void drop() {
            dropped.run();
          }
        };
    meter = new ProviderMeter(recogniser, config, "1.2.3", handOff, faults::add);
  }

  static AgentConfig config(String salt) {
    return new AgentConfig(
        true,
        "shop",
        "test",
        new AgentConfig.Queue("/q", 1, 1, 1, 0600),
        List.of(),
        true,
        Map.of(),
        Map.of("team", "search"),
        salt,
        new AgentConfig.Preview(false, 500),
        false,
        new AgentConfig.Log("warn", "-"),
        "digest");
  }

  Exchange begin(RequestTarget target) {
    return begin(target, Map.of());
  }

  Exchange begin(RequestTarget target, Map<String, String> headers) {
    return meter.begin(target, headers::get);
  }

  /** The one record that was handed over. */
  UsageRecord record() {
    if (handedOver.size() != 1) {
      throw new AssertionError(handedOver.size() + " exchanges were handed over");
    }
    return handedOver.poll().toRecord();
  }

  /** All records that were handed over, those of lines included. */
  List<UsageRecord> records() {
    List<UsageRecord> records = new ArrayList<>();
    FinishedExchange first = handedOver.poll();
    for (; first != null; first = handedOver.poll()) {
      for (FinishedExchange next = first; next != null; next = next.next()) {
        UsageRecord record = next.toRecord();
        if (record != null) {
          records.add(record);
        }
      }
    }
    return records;
  }

  static void request(Exchange exchange, String body) {
    byte[] bytes = bytes(body);
    exchange.requestBody().bytes(bytes, 0, bytes.length);
  }

  static void response(Exchange exchange, String body) {
    byte[] bytes = bytes(body);
    exchange.responseBytes(bytes, 0, bytes.length);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static RequestTarget target(String host, String path) {
    return new RequestTarget("okhttp", "POST", "https", host, 443, path, null);
  }
}
