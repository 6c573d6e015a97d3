package io.tokenledger.agent.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the caller's thread allocates, by the JVM's own count. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String CHUNK =
      "data: {\"id\":\"chatcmpl-BuZ3sYIJd0JIQsI9OAOtndCPwDyfs\",\"object\":\"chat.completion.chunk\","
          + "\"created\":1752820844,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Ocean\"},\"finish_reason\":null}],"
          + "\"usage\":{\"prompt_tokens\":22,\"completion_tokens\":3,\"total_tokens\":25}}\n\n";
  private static final int EXCHANGES = 2000;

  private final MeterHarness harness = new MeterHarness();
  private byte[] chunk = MeterHarness.bytes(CHUNK);
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(chunk.length).put(chunk).flip().asReadOnlyBuffer();

  @Test
  void aPieceOfABodyAllocatesNothing() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.responseHead(200, MeterHarness.SSE::get);
    pieces(exchange, 20_000);
    long before = allocated();
    pieces(exchange, 20_000);

    assertThat(allocated() - before).isLessThan(20_000);
    exchange.cancelled();
  }

  @Test
  void anExchangeAllocatesAtMostTwoKibibytes() {
    String usage = "\"prompt_tokens\":22,\"x\":\"" + "x".repeat(512 - 67) + "\"";
    chunk = MeterHarness.bytes(CHUNK.replace("\"prompt_tokens\":22", usage));
    byte[] request = MeterHarness.bytes("{\"model\":\"gpt-4o-mini\",\"stream\":true}");
    byte[] end = MeterHarness.bytes("data: [DONE]\n\n");
    exchanges(EXCHANGES, request, end);
    long before = allocated();
    exchanges(EXCHANGES, request, end);
    long each = (allocated() - before) / EXCHANGES;
    assertThat(each).isLessThanOrEqualTo(2048);
  }

  private void exchanges(int count, byte[] request, byte[] end) {
    for (int i = 0; i < count; i++) {
      Exchange exchange = harness.meter.begin(MeterHarness.CHAT, name -> null);
      exchange.requestBody().bytes(request, 0, request.length);
      exchange.responseHead(200, MeterHarness.SSE::get);
      exchange.responseBytes(chunk, 0, 100);
      exchange.responseBytes(chunk, 100, chunk.length - 100);
      exchange.responseBytes(chunk, 0, chunk.length);
      exchange.responseBytes(chunk, 0, chunk.length);
      exchange.responseBytes(end, 0, end.length);
      if (!exchange.ended()) {
        throw new AssertionError("not ended");
      }
    }
  }

  private void pieces(Exchange exchange, int count) {
    for (int i = 0; i < count; i++) {
      if ((i & 1) == 0) {
        exchange.responseBytes(chunk, 0, chunk.length);
      } else {
        exchange.responseBytes(buffer);
      }
    }
  }

  private static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
