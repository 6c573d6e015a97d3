package io.tokenledger.forwarder.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Names, lengths and times of the files below a queue directory; never what is in them. */
public final class QueueListing {
  private static final int MOST_FILES = 20_000;

  private QueueListing() {}

  public static String of(Path queues) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("free bytes ").append(Files.getFileStore(queues).getUsableSpace()).append('\n');
    List<Path> files;
    try (Stream<Path> all = Files.walk(queues, 2)) {
      files = all.filter(Files::isRegularFile).limit(MOST_FILES + 1L).sorted().toList();
    }
    for (Path file : files.subList(0, Math.min(MOST_FILES, files.size()))) {
      text.append(queues.relativize(file)).append("  ");
      try {
        BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
        text.append(of.size()).append("  ").append(of.lastModifiedTime());
      } catch (IOException gone) {
        text.append("gone meanwhile");
      }
      text.append('\n');
    }
    if (files.size() > MOST_FILES) {
      text.append("... and more\n");
    }
    return text.toString();
  }
}
