package io.tokenledger.it.provider;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The application of a conformance run: sends planned requests, one after the other, through one
 * client and prints the digest of each answer. Arguments: the client and the plan, a text file with
 * one request a line, its parts separated by tabs: method, address, a file with the body or {@code
 * -}, headers as {@code name=value}.
 */
public final class ReplayMain {
  private ReplayMain() {}

  public static void main(String[] args) throws Exception {
    List<String> plan = Files.readAllLines(Path.of(args[1]));
    try (ReplayClient client = ReplayClient.named(args[0])) {
      for (String line : plan) {
        String[] parts = line.split("\t");
        byte[] body = parts[2].equals("-") ? null : Files.readAllBytes(Path.of(parts[2]));
        byte[] answer = client.exchange(parts[0], URI.create(parts[1]), headers(parts), body);
        System.out.println(digest(answer));
      }
    }
    System.exit(0);
  }

  static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  private static Map<String, String> headers(String[] parts) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 3; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      headers.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
    }
    return headers;
  }
}
