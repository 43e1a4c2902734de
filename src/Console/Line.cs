using System.Runtime.CompilerServices;

namespace Redoubt.Console;

/// <summary>
/// One line of characters with a cursor, as a terminal would show it. A cell is the character's UTF-8 bytes in bits 31:0 (the first
/// lowest) and its <see cref="Style"/> in bits 63:32. All zero is the empty line.
/// </summary>
public struct Line
{
    /// <summary>Cells of a line.</summary>
    public const int Width = 256;

    private Cells _cells;

    /// <summary>Cells in use.</summary>
    public int Length { get; private set; }

    /// <summary>Where the next character goes, 0 to <see cref="Length"/>.</summary>
    public int Cursor { get; private set; }

    /// <summary>Whether there is no place for another character at the cursor.</summary>
    public readonly bool IsFull => Cursor == Width;

    /// <summary>The cell at an index below <see cref="Length"/>.</summary>
    public readonly ulong this[int index] => _cells[index];

    /// <summary>Packs a cell.</summary>
    public static ulong Cell(uint glyph, uint style) => glyph | (ulong)style << 32;

    /// <summary>Puts a cell at the cursor, which moves on; the line is not full.</summary>
    public void Put(ulong cell)
    {
        _cells[Cursor++] = cell;
        if (Cursor > Length)
            Length = Cursor;
    }

    /// <summary>Moves the cursor within the line. Returns how far it went, to the right if positive.</summary>
    public int Move(int columns)
    {
        int target = Cursor + columns;
        target = target < 0 ? 0 : target > Length ? Length : target;
        int moved = target - Cursor;
        Cursor = target;
        return moved;
    }

    /// <summary>Removes the cells from the cursor on. Returns how many there were.</summary>
    public int EraseRight()
    {
        int erased = Length - Cursor;
        Length = Cursor;
        return erased;
    }

    /// <summary>Empties the line.</summary>
    public void Clear()
    {
        Length = 0;
        Cursor = 0;
    }

    [InlineArray(Width)]
    private struct Cells
    {
        private ulong _first;
    }
}
