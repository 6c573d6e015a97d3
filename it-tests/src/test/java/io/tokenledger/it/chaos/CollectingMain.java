package io.tokenledger.it.chaos;

import java.lang.ref.WeakReference;
import java.util.Scanner;

/**
 * An application that collects its garbage for each line of standard input, and says when it did.
 */
public final class CollectingMain {
  private CollectingMain() {}

  public static void main(String[] args) {
    System.out.println("ready");
    try (Scanner lines = new Scanner(System.in)) {
      while (lines.hasNextLine()) {
        lines.nextLine();
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        while (garbage.get() != null) {
          System.gc();
        }
        System.out.println("collected");
      }
    }
  }
}
