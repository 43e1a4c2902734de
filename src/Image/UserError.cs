namespace Redoubt.Image;

/// <summary>A place in an input file; lines count from 1, line 0 is the file as a whole.</summary>
public readonly record struct Position(string File, int Line)
{
    /// <summary><c>file:line</c>, as compilers write it.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}";
}

/// <summary>A value and where it was written.</summary>
public sealed record Sourced<T>(T Value, Position At);

/// <summary>A mistake in the input, told to a person in one line.</summary>
public sealed class UserError : Exception
{
    /// <summary>A mistake at no particular place, such as a missing program; the builder adds the place that asked for it.</summary>
    public UserError(string message)
        : base(message)
    {
    }

    /// <summary>A mistake at a place in a file.</summary>
    public UserError(Position at, string message)
        : base(message)
    {
        File = at.File;
        Line = at.Line;
    }

    /// <summary>The file, or null.</summary>
    public string? File { get; }

    /// <summary>The line, counted from 1; 0 for none.</summary>
    public int Line { get; }

    /// <summary><c>file:line: message</c>.</summary>
    public override string ToString() => File is null ? Message : $"{new Position(File, Line)}: {Message}";
}
