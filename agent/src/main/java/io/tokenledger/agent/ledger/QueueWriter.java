package io.tokenledger.agent.ledger;

import java.io.Closeable;

/** Appends encoded entries to the queue of this process. Used by one thread at a time. */
interface QueueWriter extends Closeable {
  /**
   * Appends an entry. When this returns, the entry is in the page cache and survives the death of
   * the process.
   *
   * @throws RefusedEntryException if there is no room now; nothing was written and a later call may
   *     succeed. Any other throwable means that this writer is of no further use, and that the
   *     entry may or may not have been written.
   */
  void append(byte[] entry) throws RefusedEntryException;

  /** Has the next append try again, however short ago one was refused. */
  void forgetRefusal();

  /** What an agent report calls it. */
  String name();

  @Override
  void close();
}
