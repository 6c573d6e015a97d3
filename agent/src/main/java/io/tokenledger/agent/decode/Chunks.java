package io.tokenledger.agent.decode;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few arrays that pieces are copied or inflated into while they are scanned: borrowed for one
 * call, so that neither a stream nor a thread owns one. Lock-free; when all are out, a new one is
 * made.
 */
final class Chunks {
  /** Large enough that the fixed cost of a copy does not show, small enough for the first cache. */
  static final int BYTES = 4096;

  private static final int KEPT = 32;
  private static final AtomicReferenceArray<byte[]> FREE = new AtomicReferenceArray<>(KEPT);

  private Chunks() {}

  static byte[] take() {
    for (int i = 0; i < KEPT; i++) {
      byte[] chunk = FREE.getPlain(i);
      if (chunk != null && FREE.compareAndSet(i, chunk, null)) {
        return chunk;
      }
    }
    return new byte[BYTES];
  }

  static void give(byte[] chunk) {
    for (int i = 0; i < KEPT; i++) {
      if (FREE.getPlain(i) == null && FREE.compareAndSet(i, null, chunk)) {
        return;
      }
    }
  }
}
