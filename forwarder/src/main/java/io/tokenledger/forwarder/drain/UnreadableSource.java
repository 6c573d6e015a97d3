package io.tokenledger.forwarder.drain;

import io.tokenledger.record.UnknownFormatException;
import java.io.IOException;

/** What is said of a source whose files cannot be read. */
final class UnreadableSource {
  private UnreadableSource() {}

  /** What is wrong, what to do, and what becomes of the records. */
  static String sentence(SourceDirectory directory, IOException failure) {
    if (failure instanceof ReplacedSourceException replaced) {
      return replaced.getMessage() + ".";
    }
    return failure instanceof UnknownFormatException later
        ? later.getMessage()
            + ": upgrade the forwarder; until then this source waits and its records stay on disk."
        : "Queue in "
            + directory.path()
            + " cannot be read ("
            + failure
            + "): run as the application's user or set queue.file_mode to 0660; its records stay"
            + " on disk.";
  }
}
