package io.tokenledger.forwarder.support;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip of texts that tell somebody else how this installation stands. A part that cannot be read
 * says so in its place: a bundle is wanted most when something is broken. Not thread-safe.
 */
public final class SupportBundle {
  private final Redactor redactor;
  private final Map<String, String> parts = new LinkedHashMap<>();

  /**
   * @param secrets values that must not be in it
   */
  public SupportBundle(Collection<String> secrets) {
    this.redactor = new Redactor(secrets);
  }

  /** Adds a text; what its reader throws becomes the text. */
  public SupportBundle add(String name, Callable<String> text) {
    String content;
    try {
      content = text.call();
    } catch (Exception failure) {
      content = "Not readable: " + failure.getMessage() + "\n";
    }
    parts.put(name, redactor.clean(content));
    return this;
  }

  /**
   * Writes the bundle, readable by its owner only.
   *
   * @throws java.nio.file.FileAlreadyExistsException rather than replace a file
   */
  public void write(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
  }
}
