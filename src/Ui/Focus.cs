using System.Runtime.CompilerServices;

namespace Redoubt.Ui;

/// <summary>
/// Who has the display and all input: at most one screen. A pure function of what happens, so that it can be read, tested and proved by itself:
/// a key or a finger reaches nobody but the screen that has the focus, and nobody at all until the display has shown that screen's strip for
/// a while. What is held down while the focus changes reaches neither side: the one before is told at once that it was let go, the one after hears of it
/// only when it is pressed anew. After the attention key has ended an entry, no entry comes until the person has been quiet for a while: whoever makes entries ask again
/// and again keeps nobody from the other screens. Screens are numbers from 0; times are ticks of the counter. Its functions are not compiled
/// into their callers: the machine code of each is proved by itself (src/Proof/Services).
/// </summary>
public struct Focus
{
    /// <summary>No screen.</summary>
    public const int Nobody = -1;

    private int _count;
    private uint _entries;
    private ulong _deadTime, _peaceTime;

    private int _focused, _before;
    private uint _refused;

    // Whether the display shows the focused screen, and from when on it gets input.
    private bool _isShown;
    private ulong _deaf;

    // Until when no entry comes.
    private ulong _peace;

    // Keys that are down, and those of them that a screen was told of: the one that was shown last.
    private KeySet _down, _told;
    private int _owner;

    /// <summary>The first screen that is no entry has the focus, not shown yet.</summary>
    /// <param name="count">Number of screens, up to 32.</param>
    /// <param name="entries">One bit for each screen that gets the focus only by asking for it, and gives it back.</param>
    /// <param name="deadTime">How long a screen is shown before it gets input.</param>
    /// <param name="peaceTime">For how long a person who has sent an entry away must press and touch nothing before an entry comes again.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Open(int count, uint entries, ulong deadTime, ulong peaceTime)
    {
        _count = count;
        _entries = entries;
        _deadTime = deadTime;
        _peaceTime = peaceTime;
        _peace = 0;
        _focused = Nobody;
        _before = Nobody;
        _owner = Nobody;
        _refused = 0;
        _down.Clear();
        _told.Clear();
        Change(Next(Nobody));
    }

    /// <summary>The screen that is to be shown, strip and surface, or <see cref="Nobody"/>.</summary>
    public readonly int Focused => _focused;

    /// <summary>Whether the focused screen asked for the focus.</summary>
    public readonly bool IsEntry => _focused != Nobody && (_entries >> _focused & 1) != 0;

    /// <summary>The display shows the focused screen from now on: input is for it when the dead time is over.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Shown(ulong now)
    {
        _told.Clear();
        _owner = _focused;
        _isShown = true;
        _deaf = now + _deadTime;
    }

    /// <summary>
    /// A key goes down, or stays down for long, or goes up. Returns the screen to be told, or <see cref="Nobody"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Press(uint code, bool isDown, ulong now)
    {
        if (code >= KeySet.Limit)
            return Nobody;
        bool wasDown = _down.Has(code), wasTold = _told.Has(code);
        if (!isDown)
        {
            _down.Remove(code);
            _told.Remove(code);
            return wasTold ? _owner : Nobody;
        }

        _down.Add(code);
        if (!wasDown && _isShown && now >= _deaf && _focused != Nobody)
        {
            _told.Add(code);
            if (now < _peace)
                _peace = now + _peaceTime;
            return _focused;
        }

        return wasTold && _isShown ? _owner : Nobody;
    }

    /// <summary>Who is told where a finger is, or <see cref="Nobody"/>: who was told that it came down.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly int Move(uint finger) => _isShown && _told.Has(finger) ? _owner : Nobody;

    /// <summary>After the focus has changed: keys that the screen before holds to be down, one after the other. It is to be told that they went up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryRelease(out int screen, out uint code)
    {
        screen = _owner;
        code = 0;
        if (_isShown || !_told.TryFirst(out code))
            return false;
        _told.Remove(code);
        return true;
    }

    /// <summary>
    /// What a screen says, again and again: whether it wants the focus. Only entries are heard, one at a time, and none until there has been peace; who was sent
    /// away by the attention key must have wanted nothing meanwhile. Returns whether the focus has changed.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Ask(int screen, bool wants, ulong now)
    {
        uint bit = 1U << screen;
        if (!wants)
        {
            _refused &= ~bit;
            return IsEntry && screen == _focused && Change(_before);
        }

        if ((_entries & bit) == 0 || (_refused & bit) != 0 || IsEntry || now < _peace)
            return false;
        _before = _focused;
        return Change(screen);
    }

    /// <summary>The attention key: an entry ends, and otherwise the next screen comes. Returns whether the focus has changed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Attend(ulong now)
    {
        if (!IsEntry)
            return Turn();
        _peace = now + _peaceTime;
        _refused |= 1U << _focused;
        return Change(_before);
    }

    /// <summary>The strip was touched: the next screen comes, unless this is an entry. Returns whether the focus has changed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Turn()
    {
        int next = Next(_focused);
        return !IsEntry && next != _focused && Change(next);
    }

    private bool Change(int screen)
    {
        _focused = screen;
        _isShown = false;
        return true;
    }

    /// <summary>The screen after one in turn that is no entry, which may be the same; <see cref="Nobody"/> if there is none.</summary>
    public readonly int Next(int screen)
    {
        for (int step = 0; step < _count; step++)
        {
            screen++;
            if (screen >= _count)
                screen = 0;
            if ((_entries >> screen & 1) == 0)
                return screen;
        }

        return Nobody;
    }
}
