package io.tokenledger.forwarder.drain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A piece of a file that another process may be writing. Read twice: headers come from the first
 * copy and payloads from the second, so a payload is never older than the header that declares it
 * complete. One window serves all sources in turn. Not thread-safe.
 */
final class FileWindow {
  private static final int BYTES = 256 * 1024;

  private final ByteBuffer headers =
      ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer payloads = ByteBuffer.allocateDirect(BYTES);
  private final ByteBuffer word = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
  private FileChannel channel;
  private long start;
  private int length;

  /** The little-endian word at an offset, as it was when the window was filled; 0 past the end. */
  int word(FileChannel file, long offset) throws IOException {
    if (!covers(file, offset, Integer.BYTES)) {
      fill(file, offset);
    }
    return covers(file, offset, Integer.BYTES) ? headers.getInt((int) (offset - start)) : 0;
  }

  /** The word as it is now; fills the window anew when it has changed from what it was. */
  int freshWord(FileChannel file, long offset) throws IOException {
    word.clear();
    if (readFully(file, word, offset) < Integer.BYTES) {
      return 0;
    }
    int now = word.getInt(0);
    if (now != word(file, offset)) {
      fill(file, offset);
    }
    return now;
  }

  /** Where the first byte is that is not zero, from an offset on; {@code end} if there is none. */
  long firstWritten(FileChannel file, long from, long end) throws IOException {
    long at = from;
    while (at < end) {
      if (!covers(file, at, 1)) {
        fill(file, at);
        if (length == 0) {
          return end;
        }
      }
      int index = (int) (at - start);
      int last = (int) Math.min(length, end - start);
      // Most of a file is what was reserved and never written: eight bytes at a time.
      while (index + Long.BYTES <= last && headers.getLong(index) == 0) {
        index += Long.BYTES;
      }
      while (index < last && headers.get(index) == 0) {
        index++;
      }
      at = start + index;
      if (index < last) {
        return at;
      }
    }
    return end;
  }

  /** What is asked for next is read anew. */
  void forget() {
    channel = null;
  }

  byte[] bytes(FileChannel file, long offset, int count) throws IOException {
    byte[] bytes = new byte[count];
    if (covers(file, offset, count)) {
      payloads.get((int) (offset - start), bytes);
    } else if (readFully(file, ByteBuffer.wrap(bytes), offset) < count) {
      throw new IOException("the file ends inside an entry at byte " + offset);
    }
    return bytes;
  }

  /** Whether these bytes were there when the window was filled. */
  boolean covers(FileChannel file, long offset, int count) {
    return file == channel && offset >= start && offset + count <= start + length;
  }

  private void fill(FileChannel file, long offset) throws IOException {
    headers.clear();
    payloads.clear();
    length = readFully(file, headers, offset);
    payloads.limit(length);
    length = readFully(file, payloads, offset);
    payloads.limit(BYTES);
    channel = file;
    start = offset;
  }

  private static int readFully(FileChannel file, ByteBuffer target, long offset)
      throws IOException {
    int from = target.position();
    while (target.hasRemaining()) {
      int read = file.read(target, offset + target.position() - from);
      if (read < 0) {
        break;
      }
    }
    int read = target.position() - from;
    return read;
  }
}
