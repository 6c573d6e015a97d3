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
    if (reader == null && !openFrom(names(), 0)) {
      return null;
    }
    while (true) {
      RawEntry entry = read();
      if (entry != null) {
        return entry;
      }
      NavigableSet<String> newer = names().tailSet(file, false);
      if (newer.isEmpty()) {
        return null;
      }
      entry = read();
      entry = entry == null ? damage() : entry;
      if (entry != null) {
        return entry;
      }
      if (!openFrom(newer, 0)) {
        return null;
      }
    }
  }

  @Override
  public RawEntry tornEnd() throws IOException {
    if (reader == null && !openFrom(names(), 0)) {
      return null;
    }
    RawEntry damaged = damage();
    return damaged == null || reader.remaining() > 0
        ? damaged
        : new RawEntry(new byte[0], file, damaged.offset(), damaged.nextOffset());
  }

  /** Its checksum was right: whatever is wrong with it was so when it was written. */
  @Override
  public RawEntry reconsider(RawEntry undecodable) {
    return undecodable;
  }

  @Override
  public void park() throws IOException {
    if (reader != null) {
      offset = reader.position();
      reader.close();
      reader = null;
    }
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

  /** Bytes up to the next whole entry, or to the end of the file; null if there are none. */
  private RawEntry damage() throws IOException {
    long start = reader.position();
    byte[] bytes = reader.skipDamage(RawEntry.MOST_KEPT);
    return bytes.length == 0 ? null : new RawEntry(bytes, file, start, reader.position(), true);
  }

  private NavigableSet<String> names() throws IOException {
    NavigableSet<String> names = FileNames.list(directory, QueueLayout::isSegment);
    return file == null ? names : names.tailSet(file, true);
  }

  /** Opens the first of these that has a header; false while they are too young for one. */
  private boolean openFrom(NavigableSet<String> names, long at) throws IOException {
    for (String name : names) {
      File path = directory.resolve(name).toFile();
      if (path.length() >= Long.BYTES) {
        SegmentFileReader opened =
            SegmentFileReader.openDamaged(path, name.equals(file) && reader == null ? offset : at);
        close();
        reader = opened;
        file = name;
        return true;
      }
    }
    return false;
  }
}
