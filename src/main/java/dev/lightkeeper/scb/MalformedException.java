package dev.lightkeeper.scb;

/** An authentic file is not laid out as expected. Carries no stack trace: it is no mistake here. */
final class MalformedException extends Exception {
  MalformedException(String message) {
    super(message, null, false, false);
  }
}
