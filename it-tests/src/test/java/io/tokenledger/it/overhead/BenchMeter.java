package io.tokenledger.it.overhead;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.ProviderMeter;
import io.tokenledger.agent.ledger.FinishedExchange;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.Recogniser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The meter of an agent with default settings, and one exchange to meter with it. */
final class BenchMeter {
  static final byte[] REQUEST =
      ("{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\""
              + "x".repeat(900)
              + "\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
          .getBytes(StandardCharsets.UTF_8);

  static final byte[] STREAM = Bodies.EVENTS.bytes();

  static final byte[] END =
      ("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":22,\"completion_tokens\":3,"
              + "\"total_tokens\":25}}\n\ndata: [DONE]\n\n")
          .getBytes(StandardCharsets.UTF_8);

  /** How many pieces of {@link #STREAM} an exchange has before its end. */
  static final int PIECES = 10;

  final ProviderMeter meter;
  FinishedExchange handedOver;

  BenchMeter() {
    AgentConfig config =
        new AgentConfig(
            true,
            "bench",
            null,
            new AgentConfig.Queue("/q", 1, 1, 1, 0600),
            List.of(),
            true,
            Map.of(),
            Map.of(),
            null,
            new AgentConfig.Preview(false, 0),
            false,
            new AgentConfig.Log("off", "-"),
            "");
    meter =
        new ProviderMeter(
            new Recogniser(Providers.all(), List.of(), true),
            config,
            "bench",
            finished -> {
              handedOver = finished;
              return true;
            },
            fault -> {
              throw new AssertionError(fault);
            });
  }

  /** What the ledger thread does for an exchange that ended: unlists it. */
  Object collected() {
    meter.openExchanges().endCollected();
    return handedOver;
  }
}
