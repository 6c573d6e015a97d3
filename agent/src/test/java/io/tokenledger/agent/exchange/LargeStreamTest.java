package io.tokenledger.agent.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tokenledger.agent.decode.Encodings;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A gibibyte through the meter: what the thread allocates on the way does not grow with it. */
class LargeStreamTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long GIBIBYTE = 1L << 30;
  private static final int PIECE = 8 * 1024;

  /** Of a whole stream. The budget is 8 KiB of heap; a JIT compiler's own traps count here too. */
  private static final long MAX_ALLOCATED = 64 * 1024;

  private static final String EVENT =
      "data: {\"id\":\"chatcmpl-BuZ3sYIJd0JIQsI9OAOtndCPwDyfs\",\"object\":\"chat.completion.chunk\","
          + "\"created\":1752820844,\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\" Ocean \\\"usage\\\": {\"},\"finish_reason\":null}],"
          + "\"usage\":null}\n\n";
  private static final String END =
      "data: {\"id\":\"chatcmpl-BuZ3sYIJd0JIQsI9OAOtndCPwDyfs\",\"choices\":[],\"usage\":"
          + "{\"prompt_tokens\":22,\"completion_tokens\":3,\"total_tokens\":25}}\n\ndata: [DONE]\n\n";

  private final MeterHarness harness = new MeterHarness();

  @Test
  void readsAGibibyteOfEventsWithAFlatHeap() {
    byte[] block = MeterHarness.bytes(EVENT.repeat(4000));
    stream(Map.of("content-type", "text/event-stream"), block, MeterHarness.bytes(END));
  }

  @Test
  void readsAGibibyteOfCompressedEventsWithAFlatHeap() {
    // One member after the other, as gzip allows: a gibibyte without a second to compress it in.
    byte[] block = MeterHarness.bytes(EVENT.repeat(4000));
    byte[] member = Encodings.encode("gzip", block);
    byte[] end = Encodings.encode("gzip", MeterHarness.bytes(END));
    Map<String, String> headers =
        Map.of("content-type", "text/event-stream", "content-encoding", "gzip");
    stream(headers, member, block.length, end);
  }

  private void stream(Map<String, String> headers, byte[] block, byte[] end) {
    stream(headers, block, block.length, end);
  }

  private void stream(Map<String, String> headers, byte[] block, int decoded, byte[] end) {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    MeterHarness.request(exchange, "{\"model\":\"gpt-4o-mini\",\"stream\":true}");
    exchange.responseHead(200, headers::get);
    feed(exchange, block);
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    for (long fed = 0; fed < GIBIBYTE; fed += decoded) {
      feed(exchange, block);
    }
    long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(exchange.ended()).isFalse();
    feed(exchange, end);

    assertThat(allocated).isLessThan(MAX_ALLOCATED);
    assertThat(harness.faults).isEmpty();
    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.TOTAL_TOKENS)).isEqualTo(25);
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("complete");
  }

  private static void feed(Exchange exchange, byte[] bytes) {
    for (int at = 0; at < bytes.length; at += PIECE) {
      exchange.responseBytes(bytes, at, Math.min(PIECE, bytes.length - at));
    }
  }
}
