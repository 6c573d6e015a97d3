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
  private final RandomAccessFile file;
  private long position;

  /**
   * Opens a file at a position that an earlier reader gave.
   *
   * @throws IOException if it cannot be read or is no segment file of a known version
   */
  public SegmentFileReader(File path, long position) throws IOException {
    this.file = new RandomAccessFile(path, "r");
    try {
      checkHeader(path);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    this.position = Math.max(position, SegmentFormat.FILE_HEADER_BYTES);
  }

  /** The next entry, or null if no further entry is complete. */
  public byte[] next() throws IOException {
    long remaining = remaining();
    if (remaining < SegmentFormat.ENTRY_HEADER_BYTES) {
      return null;
    }
    byte[] header = new byte[SegmentFormat.ENTRY_HEADER_BYTES];
    file.seek(position);
    file.readFully(header);
    ByteBuffer fields = ByteBuffer.wrap(header);
    int length = fields.getInt();
    int crc = fields.getInt();
    boolean plausible = length > 0 && length <= RecordCodec.MAX_BYTES;
    if (!plausible || remaining - header.length < length) {
      return null;
    }
    byte[] entry = new byte[length];
    file.readFully(entry);
    if (crc != SegmentFormat.crc(entry)) {
      return null;
    }
    position += header.length + length;
    return entry;
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

  private void checkHeader(File path) throws IOException {
    byte[] header = new byte[SegmentFormat.FILE_HEADER_BYTES];
    try {
      file.readFully(header);
    } catch (EOFException e) {
      throw new IOException(path + " has no complete header", e);
    }
    int version = SegmentFormat.version(header);
    if (version < 0) {
      throw new IOException(path + " is no segment file");
    }
    if (version > SegmentFormat.VERSION) {
      throw new IOException(
          path + " has format " + version + "; this program reads up to " + SegmentFormat.VERSION);
    }
  }
}
