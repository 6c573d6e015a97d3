package io.tokenledger.record;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * Appends entries to one new segment file. An entry is in the page cache, and so survives the death
 * of the process, when {@link #append} returns. Not thread-safe.
 */
public final class SegmentFileWriter implements Closeable {
  private final RandomAccessFile file;
  private long end;

  /**
   * Begins a file.
   *
   * @throws IOException if it exists or cannot be written
   */
  public SegmentFileWriter(File path) throws IOException {
    if (!path.createNewFile()) {
      throw new IOException(path + " exists already");
    }
    this.file = new RandomAccessFile(path, "rw");
    try {
      write(SegmentFormat.fileHeader());
    } catch (IOException e) {
      file.close();
      path.delete(); // an empty file would only puzzle the reader
      throw e;
    }
  }

  /**
   * Appends one entry, as a whole or not at all.
   *
   * @throws IOException if there is no room; a later call may succeed
   */
  public void append(byte[] entry) throws IOException {
    write(SegmentFormat.frame(entry));
  }

  /** Length of the file in bytes. */
  public long length() {
    return end;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void write(byte[] bytes) throws IOException {
    try {
      file.seek(end);
      file.write(bytes);
      end += bytes.length;
    } catch (IOException e) {
      cutToEnd(e);
      throw e;
    }
  }

  /** Takes back what a full disk let through, so that the next entry follows a whole one. */
  private void cutToEnd(IOException cause) {
    try {
      file.setLength(end);
    } catch (IOException e) {
      cause.addSuppressed(e); // the next write overwrites the part anyway
    }
  }
}
