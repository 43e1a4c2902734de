using CsCheck;

namespace Redoubt.Ui.Tests;

/// <summary>Whatever happens in whatever order: what each screen is told, seen from outside.</summary>
public sealed class FocusPropertyTests
{
    private const ulong Dead = 10, Peace = 20;
    private const int Screens = 4;
    private const uint Entries = 0b1010, Keys = 4;

    /// <summary>A step: what happens, to which key or screen, and how much later.</summary>
    private static readonly Gen<(int What, uint Which, ulong Later)> s_step = Gen.Select(Gen.Int[0, 6], Gen.UInt[0, 3], Gen.ULong[0, 12]);

    [Fact]
    public void InputIsForTheScreenThatIsShownAlone() => s_step.List[0, 200].Sample(steps => new Person().Act(steps), iter: 20_000);

    /// <summary>Somebody with a keyboard, screens that ask, and the truth about keys and display.</summary>
    private sealed class Person
    {
        private readonly HashSet<uint> _down = [], _stale = [];
        private readonly HashSet<uint>[] _believed = [.. Enumerable.Range(0, Screens).Select(_ => new HashSet<uint>())];
        private Focus _focus;
        private int _shown = Focus.Nobody;
        private ulong _now, _since;

        public void Act(List<(int What, uint Which, ulong Later)> steps)
        {
            _focus.Open(Screens, Entries, Dead, Peace);
            Show();
            foreach ((int what, uint which, ulong later) in steps)
            {
                _now += later;
                int before = _focus.Focused;
                bool wasEntry = _focus.IsEntry;
                bool changed = what switch
                {
                    0 or 1 => Press(which, isDown: true),
                    2 => Press(which, isDown: false),
                    3 => _focus.Turn(),
                    4 => _focus.Attend(_now),
                    _ => _focus.Ask((int)which, what == 5, _now),
                };
                Assert.Equal(before != _focus.Focused, changed);
                Assert.Equal(_focus.IsEntry, (Entries >> _focus.Focused & 1) != 0);
                // An entry comes by asking alone, and goes by its own will or the attention key.
                Assert.True(!_focus.IsEntry || wasEntry || what == 5);
                Assert.True(!wasEntry || !changed || what is 4 or 6);
                if (changed)
                    Show();
                Assert.All(Enumerable.Range(0, Screens).Where(screen => screen != _shown), screen => Assert.Empty(_believed[screen]));
            }
        }

        private bool Press(uint key, bool isDown)
        {
            bool isNew = isDown && _down.Add(key);
            if (!isDown)
                _down.Remove(key);
            int told = _focus.Press(key, isDown, _now);
            Assert.True(told == Focus.Nobody || told == _shown);
            bool isAwake = _now >= _since + Dead;
            bool isFresh = isDown ? isNew ? isAwake : !_stale.Contains(key) : !_stale.Contains(key) && _believed[_shown].Contains(key);
            Assert.Equal(isFresh, told != Focus.Nobody);
            if (isNew && !isAwake)
                _stale.Add(key);
            if (!isDown)
                _stale.Remove(key);
            if (told == Focus.Nobody)
                return false;
            Assert.Equal(!isNew, isDown ? !_believed[told].Add(key) : _believed[told].Remove(key));
            return false;
        }

        private void Show()
        {
            while (_focus.TryRelease(out int screen, out uint key))
            {
                Assert.Equal(_shown, screen);
                Assert.True(_believed[screen].Remove(key));
            }

            for (uint key = 0; key < Keys; key++)
                Assert.Equal(Focus.Nobody, _focus.Move(key));
            _stale.UnionWith(_down);
            _shown = _focus.Focused;
            _since = _now;
            _focus.Shown(_now);
        }
    }
}
