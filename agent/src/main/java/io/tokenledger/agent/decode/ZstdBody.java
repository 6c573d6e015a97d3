package io.tokenledger.agent.decode;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;

/** Decodes {@code zstd} (RFC 8878). */
final class ZstdBody {
  private static final int MAGIC = 0xFD2FB528;
  private static final int MAGIC_BYTES = 4;
  private static final int BLOCK_HEADER_BYTES = 3;
  private static final int CHECKSUM_BYTES = 4;
  private static final int SINGLE_SEGMENT = 0x20;
  private static final int CHECKSUM = 0x04;
  private static final int RUN_LENGTH_BLOCK = 1;

  private final byte[] bytes;
  private final int length;
  private long window;

  private ZstdBody(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /**
   * Decodes a body, or the whole blocks of it when it was cut: the library gives out nothing before
   * its window is full or the frame ended, so an empty last block is put behind.
   *
   * @throws IOException when it is broken, or longer than its bound
   */
  static void decode(byte[] bytes, int length, BoundedSink sink) throws IOException {
    ZstdBody body = new ZstdBody(bytes, length);
    byte[] whole = body.whole();
    sink.window(body.window);
    sink.drain(new ZstdInputStream(new ByteArrayInputStream(whole)));
  }

  /** All whole blocks, with an end behind a frame that has none. */
  private byte[] whole() throws IOException {
    int at = 0;
    while (at < length) {
      int blocks = blocks(at);
      if (blocks < 0) {
        return Arrays.copyOf(bytes, at);
      }
      int end = endOfBlocks(blocks);
      boolean ended = end >= 0;
      boolean checksum = (bytes[at + MAGIC_BYTES] & CHECKSUM) != 0;
      if (!ended || checksum && end + CHECKSUM_BYTES > length) {
        return closed(at, ended ? end : -end, ended);
      }
      at = end + (checksum ? CHECKSUM_BYTES : 0);
    }
    return Arrays.copyOf(bytes, at);
  }

  /** Where the blocks of the frame at an index begin, or -1 when its header was cut. */
  private int blocks(int at) throws IOException {
    if (at + MAGIC_BYTES + 1 > length) {
      return -1;
    }
    if (number(at, MAGIC_BYTES) != (MAGIC & 0xffffffffL)) {
      throw new IOException("no frame of zstd");
    }
    int descriptor = bytes[at + MAGIC_BYTES];
    boolean single = (descriptor & SINGLE_SEGMENT) != 0;
    int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
    int sizeBytes = (descriptor & 0xc0) == 0 ? single ? 1 : 0 : 1 << (descriptor >> 6 & 3);
    int size = at + MAGIC_BYTES + 1 + (single ? 0 : 1) + dictionaryBytes;
    if (size + sizeBytes > length) {
      return -1;
    }
    int exponent = bytes[at + MAGIC_BYTES + 1] >> 3 & 0x1f;
    int mantissa = bytes[at + MAGIC_BYTES + 1] & 7;
    long declared = 1L << 10 + exponent;
    long asked = single ? number(size, sizeBytes) : declared + declared / 8 * mantissa;
    window = Math.max(window, asked);
    return size + sizeBytes;
  }

  /**
   * The index behind the last block; negated where that did not come, behind the last whole one.
   */
  private int endOfBlocks(int from) {
    int at = from;
    while (at + BLOCK_HEADER_BYTES <= length) {
      int header = (int) number(at, BLOCK_HEADER_BYTES);
      int size = (header >> 1 & 3) == RUN_LENGTH_BLOCK ? 1 : header >> 3;
      if (at + BLOCK_HEADER_BYTES + size > length) {
        break;
      }
      at += BLOCK_HEADER_BYTES + size;
      if ((header & 1) != 0) {
        return at;
      }
    }
    return -at;
  }

  /** The body up to an index, its last frame without a checksum and with an end. */
  private byte[] closed(int frame, int end, boolean ended) {
    byte[] closed = Arrays.copyOf(bytes, ended ? end : end + BLOCK_HEADER_BYTES);
    closed[frame + MAGIC_BYTES] &= ~CHECKSUM;
    if (!ended) {
      Arrays.fill(closed, end, closed.length, (byte) 0);
      closed[end] = 1;
    }
    return closed;
  }

  /** Little-endian. */
  private long number(int at, int count) {
    long number = 0;
    for (int i = count - 1; i >= 0; i--) {
      number = number << 8 | bytes[at + i] & 0xff;
    }
    return number;
  }
}
