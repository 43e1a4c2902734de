using Redoubt.Abi;

namespace Redoubt.Console;

/// <summary>The console's side of one partition.</summary>
public struct Port
{
    /// <summary>Name of the partition.</summary>
    public Name Name;

    /// <summary>Characters in the name.</summary>
    public int NameLength;

    /// <summary>Whether it is a guest with a monitor, and what that was told last: a word of <see cref="GuestCommand"/>.</summary>
    public bool IsGuest;
    public ulong Command;

    /// <summary>Its last <see cref="GuestReport"/>.</summary>
    public ulong Report;

    /// <summary>Its output, and the line that is not ended yet.</summary>
    public Decoder Decoder;
    public Line Line;

    /// <summary>A carriage return came: the next character goes to the start of the line, unless that ends right away.</summary>
    public bool Returned;

    /// <summary>Lines that wait until the terminal is theirs, as text; how many were given up for later ones.</summary>
    public ByteQueue<Bytes4K> Backlog;
    public uint Lost;

    /// <summary>What was typed for it and is still to be sent.</summary>
    public ByteQueue<Bytes1K> Input;
}
