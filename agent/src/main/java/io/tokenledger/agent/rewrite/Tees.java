package io.tokenledger.agent.rewrite;

import io.tokenledger.agent.exchange.Faults;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The tees of one client, one set for each copy of the client in the JVM (two web applications may
 * carry two versions of it). Thread-safe.
 *
 * <p>How to write tees:
 *
 * <ul>
 *   <li>Classes that extend or implement types of the client, and nothing else, go into a package
 *       that ends in {@code .tee}, such as {@code io.tokenledger.agent.client.okhttp.tee}. The
 *       agent's own loader refuses to define any class of such a package; its build needs no list.
 *   <li>One public class of the package, the factory, with a public constructor without arguments,
 *       implements a public interface {@code T} that lives outside the package and whose methods
 *       name no type of the client ({@code Object} instead). The tap calls only {@code T}.
 *   <li>Tees are in another run-time package than the rest of ours, whatever the source says: they
 *       may use only public members of public classes outside their package.
 *   <li>Name every other class of the package in {@code others}, nested and anonymous ones as
 *       {@code Outer$Inner}: they are all defined at the first use, since a stopped web application
 *       loads nothing any more. (One that was forgotten is still found while its loader works.)
 * </ul>
 *
 * <pre>{@code
 * private final Tees<ResponseTees> tees =
 *     new Tees<>(ResponseTees.class, "io.tokenledger.agent.client.okhttp.tee", "Factory",
 *         "TeeResponseBody", "TeeSource");
 * ...
 * ResponseTees of = tees.of(response.getClass(), meter);   // null: step aside
 * }</pre>
 *
 * <p>Unit tests need nothing special: with the tee package on the test class path its classes are
 * still defined in their own loader, by the very same rules.
 *
 * @param <T> what the factory implements
 */
public final class Tees<T> {
  private final Class<T> type;
  private final String teePackage;
  private final String[] names;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /**
   * Reachable only through the client's class, so that a set goes when its application goes. The
   * values refer to nothing but agent classes and the client's own loader.
   */
  private final ClassValue<T> sets =
      new ClassValue<T>() {
        @Override
        protected T computeValue(Class<?> clientClass) {
          return define(clientClass);
        }
      };

  /**
   * @param type the interface of the factory, in the agent's loader
   * @param teePackage the package of the tees, ending in {@code .tee}
   * @param factory simple name of the factory class
   * @param others simple names of all other classes of the package
   */
  public Tees(Class<T> type, String teePackage, String factory, String... others) {
    this.type = type;
    this.teePackage = teePackage;
    this.names = new String[others.length + 1];
    names[0] = factory;
    System.arraycopy(others, 0, names, 1, others.length);
  }

  /**
   * The factory for the copy of the client that this class belongs to.
   *
   * @param clientClass any class of the client itself, always the same one of a copy where
   *     possible; not a subclass that the application made
   * @param faults is told why the tees cannot be defined there, once
   * @return null when they cannot; asked again, the answer stays null
   */
  public T of(Class<?> clientClass, Faults faults) {
    T set = sets.get(clientClass);
    if (set == null) {
      Throwable untold = failure.getAndSet(null);
      if (untold != null) {
        faults.caught(untold);
      }
    }
    return set;
  }

  private T define(Class<?> clientClass) {
    try {
      ClassLoader agent = type.getClassLoader();
      TapClassLoader tap = new TapClassLoader(agent, clientClass.getClassLoader(), teePackage);
      for (int i = 1; i < names.length; i++) {
        Class.forName(teePackage + "." + names[i], false, tap);
      }
      Class<?> factory = Class.forName(teePackage + "." + names[0], true, tap);
      return type.cast(factory.getConstructor().newInstance());
    } catch (ReflectiveOperationException | RuntimeException | LinkageError refused) {
      failure.set(refused);
      return null;
    }
  }
}
