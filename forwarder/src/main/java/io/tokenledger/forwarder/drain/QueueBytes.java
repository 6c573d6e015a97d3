package io.tokenledger.forwarder.drain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** How much a queue directory holds, counted as the agents count: lengths of files. */
public final class QueueBytes {
  private QueueBytes() {}

  /** Of all files below; 0 where there is no such directory. */
  public static long in(Path directory) {
    long[] bytes = {0};
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              // Applications come and go meanwhile, and discovery tells of what cannot be read.
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException cutShort) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException neverThrownAbove) {
      throw new UncheckedIOException(neverThrownAbove);
    }
    return bytes[0];
  }
}
