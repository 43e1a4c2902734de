namespace Redoubt.Proof.Check.Boot;

/// <summary>Boot did something that it must not do.</summary>
/// <param name="message">What it did.</param>
internal sealed class BootException(string message) : Exception(message);
