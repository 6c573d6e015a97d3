package io.tokenledger.forwarder.drain;

import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.SegmentFileReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableSet;

/** Entries of a source's segment files. Not thread-safe. */
final class SegmentFiles implements EntryStream {
  private final Path directory;
  private SegmentFileReader reader;
  private String file;
  private long offset;

  /**
   * @param file segment file to begin in; null for the first
   * @param offset where to begin in it, if it is still there
   */
  SegmentFiles(Path directory, String file, long offset) {
    this.directory = directory;
    this.file = file;
    this.offset = offset;
  }

  @Override
  public RawEntry next() throws IOException {
    if (reader == null && !openFirst()) {
      return null;
    }
    while (true) {
      RawEntry entry = read();
      if (entry != null) {
        return entry;
      }
      String newer = names().higher(file);
      if (newer == null) {
        return null;
      }
      entry = read();
      if (entry != null) {
        return entry;
      }
      if (!open(newer, 0)) {
        return null;
      }
    }
  }

  @Override
  public RawEntry tornEnd() throws IOException {
    if (reader == null) {
      return null;
    }
    long rest = reader.remaining();
    long at = reader.position();
    return rest > 0 ? new RawEntry(new byte[0], file, at, at + rest) : null;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  private RawEntry read() throws IOException {
    long start = reader.position();
    byte[] bytes = reader.next();
    return bytes == null ? null : new RawEntry(bytes, file, start, reader.position());
  }

  private boolean openFirst() throws IOException {
    NavigableSet<String> names = names();
    String first = file == null ? (names.isEmpty() ? null : names.first()) : names.ceiling(file);
    return first != null && open(first, first.equals(file) ? offset : 0);
  }

  private NavigableSet<String> names() throws IOException {
    return FileNames.list(directory, QueueLayout::isSegment);
  }

  /** False while the file is too young to have its header. */
  private boolean open(String name, long at) throws IOException {
    File path = directory.resolve(name).toFile();
    if (path.length() < Long.BYTES) {
      return false;
    }
    SegmentFileReader opened = new SegmentFileReader(path, at);
    close();
    reader = opened;
    file = name;
    return true;
  }
}
