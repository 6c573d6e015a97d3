package io.tokenledger.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The plain file that takes entries where a Chronicle Queue cannot serve. Append-only, big-endian:
 *
 * <pre>
 * +----------------+---------+   +--------+--------+----------------+
 * | "TLSEG" 0 0    | version |   | length | crc32c | entry          | ...
 * | 7 bytes        | 1 byte  |   | int    | int    | length bytes   |
 * +----------------+---------+   +--------+--------+----------------+
 * </pre>
 *
 * The CRC covers length and entry. An entry is there when all of it is there and the CRC fits; what
 * follows the last such entry is a torn end.
 */
final class SegmentFormat {
  static final int FILE_HEADER_BYTES = 8;
  static final int ENTRY_HEADER_BYTES = 8;
  static final int VERSION = 1;

  private static final long MAGIC = 0x544C_5345_4700_0000L;

  private SegmentFormat() {}

  static byte[] fileHeader() {
    return ByteBuffer.allocate(FILE_HEADER_BYTES).putLong(MAGIC | VERSION).array();
  }

  /** The version in a file's header, or -1 if this is no segment file. */
  static int version(byte[] header) {
    long word = ByteBuffer.wrap(header).getLong();
    return (word & ~0xFFL) == MAGIC ? (int) (word & 0xFF) : -1;
  }

  static byte[] frame(byte[] entry) {
    return ByteBuffer.allocate(ENTRY_HEADER_BYTES + entry.length)
        .putInt(entry.length)
        .putInt(crc(entry))
        .put(entry)
        .array();
  }

  static int crc(byte[] entry) {
    CRC32C crc = new CRC32C();
    crc.update(entry.length >>> 24);
    crc.update(entry.length >>> 16);
    crc.update(entry.length >>> 8);
    crc.update(entry.length);
    crc.update(entry, 0, entry.length);
    return (int) crc.getValue();
  }
}
