package io.tokenledger.agent.ledger;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * A file whose blocks are written as zeros before anybody maps them. Touching a mapped page that
 * has no block raises SIGBUS when the disk is full and takes the JVM down; writing zeros gives an
 * IOException instead. RandomAccessFile rather than FileChannel, because an interrupt closes a
 * channel.
 */
final class ZeroedFile implements Closeable {
  /** First extension; each later one is double the one before, up to {@link #MAX_STEP}. */
  static final int FIRST_STEP = 256 * 1024;

  static final int MAX_STEP = 1024 * 1024;

  private static final long RETRY_NANOS = 250_000_000L;

  private static final byte[] ZEROS = new byte[64 * 1024];

  private final RandomAccessFile file;
  private final DiskGuard guard;
  private long end;
  private int step = FIRST_STEP;
  private RefusedEntryException refusal;
  private long refusedNanos;

  /** Creates the file; it must not exist. */
  ZeroedFile(File path, FileMode mode, DiskGuard guard) throws IOException {
    if (!path.createNewFile()) {
      throw new IOException(path + " exists already");
    }
    this.guard = guard;
    this.file = new RandomAccessFile(path, "rw");
    try {
      mode.applyToFile(path);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Makes sure that all bytes below {@code position} have blocks.
   *
   * @throws RefusedEntryException if the disk or a limit has no room; asked again soon after, it
   *     says so without trying
   */
  void ensure(long position) throws RefusedEntryException {
    if (end < position) {
      if (refusal != null && System.nanoTime() - refusedNanos < RETRY_NANOS) {
        throw refusal;
      }
      while (end < position) {
        extend(step);
        step = Math.min(2 * step, MAX_STEP);
      }
    }
  }

  /** Has the next {@link #ensure} try again, however short ago one was refused. */
  void forgetRefusal() {
    refusal = null;
  }

  /** The bytes below this have blocks. */
  long end() {
    return end;
  }

  /**
   * Adds {@code bytes} of zeros, a multiple of 64 KiB; what could be added before an exception
   * stays and counts.
   */
  void extend(int bytes) throws RefusedEntryException {
    try {
      guard.admit(bytes);
      for (int left = bytes; left > 0; left -= ZEROS.length) {
        file.seek(end);
        file.write(ZEROS);
        end += ZEROS.length;
      }
      refusal = null;
    } catch (RefusedEntryException e) {
      throw refused(e);
    } catch (IOException e) {
      throw refused(new RefusedEntryException("disk", String.valueOf(e.getMessage())));
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private RefusedEntryException refused(RefusedEntryException e) {
    refusal = e;
    refusedNanos = System.nanoTime();
    return e;
  }
}
