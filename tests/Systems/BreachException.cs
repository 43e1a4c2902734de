namespace Redoubt.Systems;

/// <summary>An attack has reached what it must not reach.</summary>
/// <param name="what">What it has reached.</param>
public sealed class BreachException(string what) : Exception(what);
