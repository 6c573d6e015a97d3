package io.tokenledger.forwarder.drain;

import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableSet;

/**
 * Entries of a Chronicle Queue, read from its cycle files as plain bytes. A cycle file is a chain
 * of documents, each behind a little-endian word:
 *
 * <pre>
 * bit 31  the document is not complete yet
 * bit 30  metadata (header, index), no entry
 * 0..29   length; the next word follows at the next multiple of 4
 * 0            nothing written yet
 * 0xC0000000   end of this cycle
 * </pre>
 *
 * Chronicle's own tailer was rejected: it maps the files (a truncated one kills this JVM by
 * SIGBUS), wants the queue's table file and JVM options, and starts threads; it must never be able
 * to write in a directory of somebody else. Tests hold this reader against queues that Chronicle
 * wrote. Not thread-safe.
 */
final class CycleFiles implements EntryStream {
  private static final int NOT_COMPLETE = 0x8000_0000;
  private static final int METADATA = 0x4000_0000;
  private static final int LENGTH_MASK = 0x3FFF_FFFF;
  private static final int END_OF_CYCLE = 0xC000_0000;
  private static final int WORD = 4;

  private final Path directory;
  private final FileWindow window;
  private FileChannel channel;
  private String file;
  private long offset;

  /**
   * @param file cycle file to begin in; null for the first
   * @param offset where to begin in it, if it is still there
   */
  CycleFiles(Path directory, FileWindow window, String file, long offset) {
    this.directory = directory;
    this.window = window;
    this.file = file;
    this.offset = offset;
  }

  @Override
  public RawEntry next() throws IOException {
    if (channel == null && !openFirst()) {
      return null;
    }
    while (true) {
      int word = window.word(channel, offset);
      if (!isComplete(word)) {
        word = window.freshWord(channel, offset);
      }
      if (!isComplete(word)) {
        // The writer never returns to an older cycle: look for a newer one first, then again here.
        String newer = newerFile();
        if (newer == null) {
          return null;
        }
        if (!isComplete(window.freshWord(channel, offset))) {
          open(newer, 0);
        }
        continue;
      }
      long start = offset;
      int length = word & LENGTH_MASK;
      offset = (start + WORD + length + WORD - 1) & -WORD;
      if ((word & METADATA) == 0) {
        return new RawEntry(window.bytes(channel, start + WORD, length), file, start, offset);
      }
    }
  }

  @Override
  public RawEntry tornEnd() throws IOException {
    if (channel == null) {
      return null;
    }
    int word = window.freshWord(channel, offset);
    boolean torn = (word & NOT_COMPLETE) != 0 && word != END_OF_CYCLE;
    return torn ? new RawEntry(new byte[0], file, offset, channel.size()) : null;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  /** Complete, and within the file: a length that points beyond it is no length. */
  private boolean isComplete(int word) throws IOException {
    return word != 0
        && (word & NOT_COMPLETE) == 0
        && offset + WORD + (word & LENGTH_MASK) <= channel.size();
  }

  private boolean openFirst() throws IOException {
    NavigableSet<String> names = names();
    String first = file == null ? (names.isEmpty() ? null : names.first()) : names.ceiling(file);
    if (first == null) {
      return false;
    }
    open(first, first.equals(file) ? offset : 0);
    return true;
  }

  private String newerFile() throws IOException {
    return names().higher(file);
  }

  private NavigableSet<String> names() throws IOException {
    return FileNames.list(directory, name -> name.endsWith(QueueLayout.CYCLE_SUFFIX));
  }

  private void open(String name, long at) throws IOException {
    FileChannel opened = FileChannel.open(directory.resolve(name), StandardOpenOption.READ);
    close();
    channel = opened;
    file = name;
    offset = at;
  }
}
