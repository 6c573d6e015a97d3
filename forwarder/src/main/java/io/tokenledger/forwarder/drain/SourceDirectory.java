package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.SourceDescription;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A queue directory and the process that it belongs to. Immutable. */
record SourceDirectory(Path path, SourceDescription source) {
  String name() {
    return path.getFileName().toString();
  }

  /**
   * Whether it is this source's still: names can be given to other directories.
   *
   * @throws IOException when its description cannot be read
   */
  boolean isStillOfSource() throws IOException {
    return Files.readString(path.resolve(QueueLayout.SOURCE_FILE))
        .contains(source.sourceId().toString());
  }

  /**
   * Whether the process still holds its lock. A shared lock is asked for, on a descriptor that can
   * only read, so looking changes nothing. Whoever cannot look must take it for alive.
   */
  boolean isLive() {
    Path lockFile = path.resolve(QueueLayout.LOCK_FILE);
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (NoSuchFileException gone) {
      return false;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return true;
    } catch (IOException unreadable) {
      return true;
    }
  }
}
