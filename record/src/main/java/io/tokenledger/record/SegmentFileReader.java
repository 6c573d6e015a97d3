package io.tokenledger.record;

import java.io.Closeable;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;

/**
 * Reads the entries of a segment file, also while it is written. Not thread-safe.
 *
 * <p>A position is the byte offset at which the next entry starts; 0 stands for the first entry.
 */
public final class SegmentFileReader implements Closeable {
  private static final int WINDOW = 64 * 1024;

  private final RandomAccessFile file;
  private long position;

  /**
   * Opens a file at a position that an earlier reader gave.
   *
   * @throws UnknownFormatException if it is of a later version
   * @throws IOException if it cannot be read or is no segment file
   */
  public SegmentFileReader(File path, long position) throws IOException {
    this(path, position, false);
  }

  private SegmentFileReader(File path, long position, boolean damaged) throws IOException {
    this.file = new RandomAccessFile(path, "r");
    boolean whole;
    try {
      whole = checkHeader(path, damaged);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    this.position = whole ? Math.max(position, SegmentFormat.FILE_HEADER_BYTES) : position;
  }

  /**
   * As the constructor, also where the file does not begin as a segment does: then what is wrong
   * stands where the first entry should. A later version is damage, too, where a whole entry of
   * this one follows it; else it is believed.
   *
   * @throws UnknownFormatException if it is of a later version
   * @throws IOException if it cannot be read
   */
  public static SegmentFileReader openDamaged(File path, long position) throws IOException {
    return new SegmentFileReader(path, position, true);
  }

  /** The next entry, or null if no further entry is complete. */
  public byte[] next() throws IOException {
    byte[] entry = entryAt(position);
    if (entry != null) {
      position += SegmentFormat.ENTRY_HEADER_BYTES + entry.length;
    }
    return entry;
  }

  /**
   * Skips what is no entry, up to the next whole one, else to the end: for a file that nobody
   * writes any more.
   *
   * @return the bytes skipped, at most so many of them; empty if there are none
   */
  public byte[] skipDamage(int most) throws IOException {
    long start = position;
    long length = file.length();
    while (position < length && entryAt(position) == null) {
      position = nextCandidate(position + 1, length);
    }
    byte[] skipped = new byte[(int) Math.min(most, position - start)];
    file.seek(start);
    file.readFully(skipped);
    return skipped;
  }

  /** Where the next entry starts. */
  public long position() {
    return position;
  }

  /**
   * Bytes behind the last complete entry. Of a process that lives they may become an entry; of one
   * that died they are a torn end, the rest of an entry that was never acknowledged.
   */
  public long remaining() throws IOException {
    return Math.max(0, file.length() - position);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** The next offset at which a length stands that an entry may have. */
  private long nextCandidate(long from, long end) throws IOException {
    byte[] window = new byte[WINDOW];
    long at = from;
    while (at < end) {
      int read = (int) Math.min(window.length, end - at);
      file.seek(at);
      file.readFully(window, 0, read);
      ByteBuffer fields = ByteBuffer.wrap(window, 0, read);
      int last = read - Integer.BYTES;
      for (int i = 0; i <= last; i++) {
        if (isPlausible(fields.getInt(i))) {
          return at + i;
        }
      }
      at += last + 1 > 0 ? last + 1 : read;
    }
    return end;
  }

  /** Null if there is no whole entry. */
  private byte[] entryAt(long offset) throws IOException {
    long remaining = file.length() - offset;
    if (remaining < SegmentFormat.ENTRY_HEADER_BYTES) {
      return null;
    }
    byte[] header = new byte[SegmentFormat.ENTRY_HEADER_BYTES];
    file.seek(offset);
    file.readFully(header);
    ByteBuffer fields = ByteBuffer.wrap(header);
    int length = fields.getInt();
    int crc = fields.getInt();
    if (!isPlausible(length) || remaining - header.length < length) {
      return null;
    }
    byte[] entry = new byte[length];
    file.readFully(entry);
    return crc == SegmentFormat.crc(entry) ? entry : null;
  }

  private static boolean isPlausible(int length) {
    return length > 0 && length <= RecordCodec.MAX_BYTES;
  }

  private boolean checkHeader(File path, boolean damaged) throws IOException {
    byte[] header = new byte[SegmentFormat.FILE_HEADER_BYTES];
    try {
      file.readFully(header);
    } catch (EOFException e) {
      throw new IOException(path + " has no complete header", e);
    }
    int version = SegmentFormat.version(header);
    if (version < 0 && damaged) {
      return false;
    }
    if (version < 0) {
      throw new IOException(path + " is no segment file");
    }
    if (version > SegmentFormat.VERSION && damaged && entryAt(header.length) != null) {
      return false;
    }
    if (version > SegmentFormat.VERSION) {
      throw new UnknownFormatException(
          path + " has format " + version + "; this program reads up to " + SegmentFormat.VERSION);
    }
    return true;
  }
}
