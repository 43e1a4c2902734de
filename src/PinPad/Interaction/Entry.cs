using System;
using System.Runtime.CompilerServices;

namespace Redoubt.PinPad.Interaction;

/// <summary>What a person has decided.</summary>
public enum Decision
{
    None,
    Confirmed,
    Cancelled,

    /// <summary>Letters are to be large, or to be small again.</summary>
    OtherTextSize,
}

/// <summary>
/// Digits that are typed by touch or keys. A function of its events: a digit is taken when the finger that went down on it goes up on it, nothing is sent before
/// it is confirmed, and what is drawn for a press is the same for all keys.
/// </summary>
public struct Entry
{
    // Linux's key codes (include/uapi/linux/input-event-codes.h)
    private const uint Escape = 1, FirstDigit = 2, LastDigit = 11, BackspaceKey = 14, Enter = 28, KeypadEnter = 96;

    private Digits _digits;
    private int _least, _most, _x, _y;
    private uint _targets;
    private bool _touching;

    /// <summary>Number of digits so far.</summary>
    public int Count { get; private set; }

    /// <summary>The target that a finger lies on, or <see cref="PageLayout.Nothing"/>.</summary>
    public int Pressed { get; private set; }

    /// <summary>Whether what is there can be confirmed.</summary>
    public readonly bool IsComplete => Count >= _least;

    /// <summary>Begins, with nothing typed.</summary>
    /// <param name="least">Fewest digits.</param>
    /// <param name="most">Most digits, up to 12.</param>
    /// <param name="targets">What can be touched: one bit for each target of the page.</param>
    public void Begin(int least, int most, uint targets)
    {
        Wipe();
        (_least, _most, _targets) = (least, most, targets);
    }

    /// <summary>The digits, as characters.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ReadOnlySpan<byte> Text => ((ReadOnlySpan<byte>)_digits).Slice(0, Count);

    /// <summary>A finger is at a point.</summary>
    public void Move(int x, int y) => (_x, _y) = (x, y);

    /// <summary>A finger goes down or up where it was last.</summary>
    public Decision Touch(bool isDown)
    {
        if (isDown)
        {
            if (!_touching)
                Pressed = PageLayout.At(_x, _y, _targets);
            _touching = true;
            return Decision.None;
        }

        int target = _touching && Pressed == PageLayout.At(_x, _y, _targets) ? Pressed : PageLayout.Nothing;
        _touching = false;
        Pressed = PageLayout.Nothing;
        return Take(target);
    }

    /// <summary>A key goes down.</summary>
    public Decision Key(uint code) => Take(code switch
    {
        >= FirstDigit and <= LastDigit => (int)(code - FirstDigit + 1) % 10,
        BackspaceKey => PageLayout.Backspace,
        Enter or KeypadEnter => PageLayout.Confirm,
        Escape => PageLayout.Cancel,
        _ => PageLayout.Nothing,
    });

    /// <summary>Forgets the digits.</summary>
    public void Wipe()
    {
        ((Span<byte>)_digits).Clear();
        Count = 0;
        Pressed = PageLayout.Nothing;
        _touching = false;
    }

    private Decision Take(int target)
    {
        switch (target)
        {
            case PageLayout.Cancel or PageLayout.Close:
                return Decision.Cancelled;
            case PageLayout.Confirm:
                return IsComplete ? Decision.Confirmed : Decision.None;
            case PageLayout.TextSize:
                return Decision.OtherTextSize;
            case PageLayout.Backspace:
                if (Count > 0)
                    _digits[--Count] = 0;
                break;
            case >= 0 and <= 9 when Count < _most:
                _digits[Count++] = (byte)('0' + target);
                break;
        }

        return Decision.None;
    }

    [InlineArray(12)]
    private struct Digits
    {
        private byte _first;
    }
}
