package io.tokenledger.forwarder.drain;

import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.UndecodableRecordException;
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

  /** Agents cut at {@link RecordCodec#MAX_BYTES}; what is far longer is no entry. */
  private static final int LONGEST_ENTRY = 16 * RecordCodec.MAX_BYTES;

  private final Path directory;
  private final FileWindow window;
  private final RecordCodec codec = new RecordCodec();
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
    long skipped = -1;
    while (true) {
      int word = window.word(channel, offset);
      if (!isComplete(word, offset)) {
        word = window.freshWord(channel, offset);
      }
      if (!isComplete(word, offset)) {
        // The writer never returns to an older cycle: look for a newer one first, then again here.
        String newer = newerFile();
        if (newer == null) {
          return null;
        }
        word = window.freshWord(channel, offset);
        if (!isComplete(word, offset)) {
          RawEntry damaged = damageFrom(skipped >= 0 && !isPlausible(offset) ? skipped : offset);
          if (damaged != null) {
            return damaged;
          }
          open(newer, 0);
          skipped = -1;
        }
        continue;
      }
      long start = offset;
      int length = word & LENGTH_MASK;
      offset = after(start, length);
      if ((word & METADATA) == 0 || (length <= LONGEST_ENTRY && isEntry(start, length))) {
        return new RawEntry(window.bytes(channel, start + WORD, length), file, start, offset);
      }
      skipped = start;
    }
  }

  @Override
  public RawEntry tornEnd() throws IOException {
    if (channel == null && !openFirst()) {
      return null;
    }
    RawEntry damaged = damageFrom(offset);
    return damaged == null || damaged.nextOffset() < channel.size()
        ? damaged
        : new RawEntry(new byte[0], file, damaged.offset(), damaged.nextOffset());
  }

  @Override
  public RawEntry reconsider(RawEntry undecodable) throws IOException {
    if (channel == null || !file.equals(undecodable.file())) {
      return undecodable;
    }
    window.forget();
    // Never to the end of the file: its process may go on writing where nothing is yet.
    long end = isPlausible(offset) ? offset : channel.size();
    long next = nextEntry(undecodable.offset() + WORD, end);
    return next < end ? standBehind(undecodable.offset(), next) : undecodable;
  }

  @Override
  public void park() throws IOException {
    close();
    channel = null;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  /** Complete, and within the file: a length that points beyond it is no length. */
  private boolean isComplete(int word, long at) throws IOException {
    int length = word & LENGTH_MASK;
    return word != 0
        && (word & NOT_COMPLETE) == 0
        && ((word & METADATA) != 0 || length <= LONGEST_ENTRY)
        && isWithin(at + WORD, length);
  }

  /** To ask for the size of the file is a system call. */
  private boolean isWithin(long start, int length) throws IOException {
    return window.covers(channel, start, length) || start + length <= channel.size();
  }

  /** Whether a document may begin, or none be written yet, at that offset. */
  private boolean isPlausible(long at) throws IOException {
    int word = window.freshWord(channel, at);
    return word == 0 || (word & NOT_COMPLETE) != 0 || isComplete(word, at);
  }

  /**
   * The bytes from there to the next entry that can be recognised, else to the end of the file, and
   * stands behind them; null, and stands where it stood, if nothing was written from there on.
   */
  private RawEntry damageFrom(long start) throws IOException {
    long size = channel.size();
    window.forget();
    if (window.freshWord(channel, start) == END_OF_CYCLE
        || window.firstWritten(channel, start, size) == size) {
      return null;
    }
    return standBehind(start, nextEntry(start + WORD, size));
  }

  /** Where the next entry that can be recognised begins; {@code end} if there is none before. */
  private long nextEntry(long from, long end) throws IOException {
    for (long at = from; at < end; at += WORD) {
      int word = window.word(channel, at);
      if (word != 0 && (word & METADATA) == 0 && isComplete(word, at) && isEntry(at, word)) {
        return at;
      }
    }
    return end;
  }

  private RawEntry standBehind(long start, long end) throws IOException {
    offset = end;
    int kept = (int) Math.min(end - start, RawEntry.MOST_KEPT);
    return new RawEntry(window.bytes(channel, start, kept), file, start, end, true);
  }

  private boolean isEntry(long at, int length) throws IOException {
    try {
      codec.decode(window.bytes(channel, at + WORD, length));
      return true;
    } catch (UndecodableRecordException none) {
      return false;
    }
  }

  private static long after(long start, int length) {
    return (start + WORD + length + WORD - 1) & -WORD;
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
    return FileNames.list(directory, QueueLayout::isCycle);
  }

  private void open(String name, long at) throws IOException {
    FileChannel opened = FileChannel.open(directory.resolve(name), StandardOpenOption.READ);
    close();
    channel = opened;
    file = name;
    offset = at;
  }
}
