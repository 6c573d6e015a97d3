package io.tokenledger.agent.ledger;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;

/** Permissions of what the agent creates, whatever the umask says. */
final class FileMode {
  private static final int OWNER_ONLY = 0600;

  private final int fileBits;
  private final int directoryBits;

  /**
   * @param fileBits 0600 or 0660
   * @param directoryBits 0700 or 02770
   */
  FileMode(int fileBits, int directoryBits) {
    this.fileBits = fileBits;
    this.directoryBits = directoryBits;
  }

  void applyToFile(File file) throws IOException {
    if (fileBits == OWNER_ONLY) {
      closeToOthers(file, false);
    } else {
      setBits(file, fileBits);
    }
  }

  void applyToDirectory(File directory) throws IOException {
    if (fileBits == OWNER_ONLY) {
      closeToOthers(directory, true);
    } else {
      setBits(directory, directoryBits);
    }
  }

  /** With java.io, which has started by the time of premain; NIO's file system has not. */
  private static void closeToOthers(File file, boolean executable) throws IOException {
    boolean done =
        file.setReadable(false, false)
            & file.setWritable(false, false)
            & file.setExecutable(false, false)
            & file.setReadable(true, true)
            & file.setWritable(true, true)
            & (!executable || file.setExecutable(true, true));
    if (!done) {
      throw new IOException(file + ": permissions cannot be set");
    }
  }

  /** java.io knows no group. */
  private static void setBits(File file, int bits) throws IOException {
    try {
      Files.setAttribute(file.toPath(), "unix:mode", bits);
    } catch (UnsupportedOperationException e) {
      throw new IOException(file + ": this file system has no permissions for a group", e);
    }
  }
}
