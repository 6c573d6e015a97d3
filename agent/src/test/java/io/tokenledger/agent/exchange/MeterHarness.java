package io.tokenledger.agent.exchange;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.ledger.FinishedExchange;
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
    Recogniser recogniser = new Recogniser(Providers.all(), List.of(), true);
    meter = new ProviderMeter(recogniser, config, "1.2.3", handedOver::offer, faults::add);
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
