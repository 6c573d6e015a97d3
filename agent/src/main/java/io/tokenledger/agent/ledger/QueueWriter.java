package io.tokenledger.agent.ledger;

import java.io.Closeable;

/** Appends encoded entries to the queue of this process. Used by one thread at a time. */
interface QueueWriter extends Closeable {
  /** A gap takes some 200 bytes, a report of an agent 1 to 3 KB. */
  int LAST_ENTRY_BYTES = 4 * 1024;

  /**
   * Appends an entry. When this returns, the entry is in the page cache and survives the death of
   * the process.
   *
   * @throws RefusedEntryException if there is no room now; nothing was written and a later call may
   *     succeed. Any other throwable means that this writer is of no further use, and that the
   *     entry may or may not have been written.
   */
  void append(byte[] entry) throws RefusedEntryException;

  /**
   * Appends one of the last entries of a process where {@link #append} is refused: into room that
   * is kept free for it, which takes no more of the disk than there is already.
   *
   * @param entry at most {@link #LAST_ENTRY_BYTES} long
   * @throws RefusedEntryException if that room is used up or never was
   */
  void appendLast(byte[] entry) throws RefusedEntryException;

  /** Has the next append try again, however short ago one was refused. */
  void forgetRefusal();

  /** What an agent report calls it. */
  String name();

  @Override
  void close();
}
