using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Redoubt.Ui.Tests;

/// <summary>
/// Every state that a small system can reach - three screens, two keys - by whatever happens in whatever order, also while the display
/// changes. In each of them, whatever happens next, a key reaches nobody but the screen whose strip is shown.
/// </summary>
public sealed class FocusExplorationTests
{
    private const int Screens = 3;
    private const uint Keys = 2;

    // Time in which nothing is heard, and a moment before and after its end; the display always changes at 0.
    private const ulong Dead = 10, During = 5, After = 20, Peace = 5;

    /// <summary>The focus, and what is true outside of it.</summary>
    private struct World
    {
        public Focus Focus;

        /// <summary>The screen that the display shows; whether it is to show another, or the same anew; whether the dead time is over.</summary>
        public int Shown;
        public bool IsChanging, IsAwake;

        /// <summary>Bits of keys that are down, of those among them that were pressed while <see cref="Shown"/> could hear it, and of those that each screen holds to be down.</summary>
        public uint Down, Fresh;
        public Believed Believed;

        public ulong Now => IsAwake ? After : During;
    }

    [InlineArray(Screens)]
    private struct Believed
    {
        private uint _first;
    }

    private static readonly Func<World, World>[] s_events =
    [
        .. Enumerable.Range(0, (int)Keys).SelectMany(key => (Func<World, World>[])[world => Press(world, (uint)key, true), world => Press(world, (uint)key, false)]),
        .. Enumerable.Range(0, Screens).SelectMany(screen => (Func<World, World>[])[world => Ask(world, screen, true), world => Ask(world, screen, false)]),
        Turn, Attend, Wait, Release, Show,
    ];

    /// <param name="entries">One bit for each screen that is an entry.</param>
    [Theory]
    [InlineData(0b000U)]
    [InlineData(0b100U)]
    [InlineData(0b110U)]
    [InlineData(0b111U)]
    public void InEveryStateInputIsForTheScreenThatIsShownAlone(uint entries)
    {
        World first = new() { Shown = Focus.Nobody, IsChanging = true };
        first.Focus.Open(Screens, entries, Dead, Peace);
        HashSet<string> seen = [Key(first)];
        HashSet<int> shown = [];
        Queue<World> left = new([first]);
        while (left.TryDequeue(out World world))
        {
            Check(world, entries);
            shown.Add(world.Shown);
            foreach (Func<World, World> happen in s_events)
            {
                World next = happen(world);
                if (seen.Add(Key(next)))
                    left.Enqueue(next);
            }
        }

        Assert.Equal([Focus.Nobody, 0, 1, 2], shown.Order());
    }

    // What holds in every state.
    private static void Check(World world, uint entries)
    {
        Assert.Equal(world.Focus.Focused != Focus.Nobody && (entries >> world.Focus.Focused & 1) != 0, world.Focus.IsEntry);
        for (int screen = 0; screen < Screens; screen++)
        {
            // Who is not shown holds no key to be down, and who is holds none that isn't.
            Assert.True(world.Believed[screen] == 0 || screen == world.Shown);
            Assert.Equal(0U, world.Believed[screen] & ~world.Down);
        }

        for (uint key = 0; key < Keys; key++)
            Assert.Contains(world.Focus.Move(key), new[] { Focus.Nobody, world.Shown });
    }

    private static World Press(World world, uint key, bool isDown)
    {
        uint bit = 1U << (int)key;
        bool isNew = isDown && (world.Down & bit) == 0;
        if (isNew)
            world.Fresh = world.IsAwake && !world.IsChanging ? world.Fresh | bit : world.Fresh & ~bit;
        int told = world.Focus.Press(key, isDown, world.Now);
        Assert.Contains(told, new[] { Focus.Nobody, world.Shown });
        // Nothing is begun or repeated while the display changes; and it is told of what began after the dead time, and all of it.
        Assert.True(told == Focus.Nobody || !isDown || !world.IsChanging);
        if (!world.IsChanging)
            Assert.Equal(world.Shown != Focus.Nobody && (world.Fresh & bit) != 0 && (isDown || (world.Down & bit) != 0), told != Focus.Nobody);
        world.Down = isDown ? world.Down | bit : world.Down & ~bit;
        world.Fresh &= world.Down;
        if (told != Focus.Nobody)
            world.Believed[told] = isDown ? world.Believed[told] | bit : world.Believed[told] & ~bit;
        return world;
    }

    private static World Ask(World world, int screen, bool wants)
    {
        bool wasEntry = world.Focus.IsEntry;
        int before = world.Focus.Focused;
        bool changed = world.Focus.Ask(screen, wants, world.Now);
        Assert.Equal(before != world.Focus.Focused, changed);
        // Who isn't an entry is never heard, nor who asks for another.
        Assert.True(!changed || (wants ? !wasEntry && world.Focus.IsEntry && world.Focus.Focused == screen : wasEntry && !world.Focus.IsEntry && before == screen));
        world.IsChanging |= changed;
        return world;
    }

    private static World Turn(World world)
    {
        bool wasEntry = world.Focus.IsEntry;
        bool changed = world.Focus.Turn();
        Assert.True(!changed || !wasEntry);
        Assert.Equal(wasEntry, world.Focus.IsEntry);
        world.IsChanging |= changed;
        return world;
    }

    private static World Attend(World world)
    {
        bool wasEntry = world.Focus.IsEntry, changed = world.Focus.Attend(world.Now);
        Assert.True(changed || !wasEntry);
        Assert.False(world.Focus.IsEntry);
        world.IsChanging |= changed;
        return world;
    }

    private static World Wait(World world)
    {
        world.IsAwake |= !world.IsChanging;
        return world;
    }

    private static World Release(World world)
    {
        if (!world.Focus.TryRelease(out int screen, out uint key))
            return world;
        Assert.Equal(world.Shown, screen);
        world.Believed[screen] &= ~(1U << (int)key);
        return world;
    }

    // As ui does it: all is let go, then the display changes.
    private static World Show(World world)
    {
        if (!world.IsChanging)
            return world;
        for (uint key = 0; key < Keys; key++)
            world = Release(world);
        Assert.False(world.Focus.TryRelease(out _, out _));
        world.Shown = world.Focus.Focused;
        (world.IsChanging, world.IsAwake, world.Fresh) = (false, false, 0);
        world.Focus.Shown(0);
        return world;
    }

    private static string Key(World world) => Convert.ToBase64String(MemoryMarshal.AsBytes(new ReadOnlySpan<World>(in world)));
}
