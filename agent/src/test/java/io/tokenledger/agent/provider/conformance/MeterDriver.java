package io.tokenledger.agent.provider.conformance;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.ProviderMeter;
import io.tokenledger.agent.ledger.FinishedExchange;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Drives recorded exchanges through the meter as a client's tap does, a body in pieces. */
final class MeterDriver {
  private static final AgentConfig CONFIG =
      new AgentConfig(
          true,
          "test",
          null,
          new AgentConfig.Queue("unused", 1, 1, 1, 0600),
          List.of(),
          true,
          Map.of(),
          Map.of(),
          null,
          new AgentConfig.Preview(false, 0),
          false,
          new AgentConfig.Log("warn", "-"),
          "test");

  private final List<UsageRecord> records = new ArrayList<>();
  private final List<Throwable> faults = new ArrayList<>();
  private final ProviderMeter meter =
      new ProviderMeter(
          new Recogniser(Providers.all(), Transcripts.endpoints(), true),
          CONFIG,
          "test",
          this::take,
          faults::add);

  private final BiConsumer<FinishedExchange, UsageRecord> ledger;

  MeterDriver() {
    this((finished, record) -> {});
  }

  /**
   * @param ledger is shown what was handed over, with the record that it gave
   */
  MeterDriver(BiConsumer<FinishedExchange, UsageRecord> ledger) {
    this.ledger = ledger;
  }

  /**
   * How bodies are cut.
   *
   * @param most length of a piece, or the most of it where a random decides
   * @param random null: all pieces have that length
   */
  record Pieces(int most, Random random) {
    static Pieces of(int length) {
      return new Pieces(length, null);
    }

    static Pieces random(int most, int seed) {
      return new Pieces(most, new Random(seed));
    }

    void cut(byte[] body, Reader reader) {
      for (int at = 0; at < body.length; ) {
        int length = Math.min(random == null ? most : 1 + random.nextInt(most), body.length - at);
        reader.read(body, at, length);
        at += length;
      }
    }
  }

  /** Takes a piece. */
  interface Reader {
    void read(byte[] buffer, int offset, int length);
  }

  /**
   * The records that an exchange gives.
   *
   * @param body the response's bytes, as they travel
   * @param encoding how they are encoded, or null
   * @param end what the client does after the last of them
   * @throws AssertionError when something of the agent failed, or the request is no call
   */
  List<UsageRecord> records(
      Recording exchange, byte[] body, String encoding, Pieces pieces, Consumer<Exchange> end) {
    records.clear();
    faults.clear();
    Exchange metered = meter.begin(exchange.target(), header(exchange.requestHeaders(), null));
    if (metered == null) {
      throw new AssertionError("not recognised as a model call: " + exchange.target());
    }
    byte[] request = exchange.requestBytes();
    BodyScan scan = request == null ? null : metered.requestBody();
    if (scan != null) {
      pieces.cut(request, scan::bytes);
    }
    metered.responseHead(exchange.status(), header(exchange.responseHeaders(), encoding));
    pieces.cut(body, metered::responseBytes);
    end.accept(metered);
    if (!faults.isEmpty()) {
      throw new AssertionError("the agent failed", faults.get(0));
    }
    return List.copyOf(records);
  }

  private boolean take(FinishedExchange finished) {
    for (FinishedExchange next = finished; next != null; next = next.next()) {
      UsageRecord record = next.toRecord();
      if (record != null) {
        records.add(record);
        ledger.accept(next, record);
      }
    }
    return true;
  }

  private static HeaderSource header(Map<String, String> headers, String encoding) {
    return name -> {
      String lower = name.toLowerCase(Locale.ROOT);
      return lower.equals("content-encoding") ? encoding : headers.get(lower);
    };
  }
}
