using System.Diagnostics;
using System.Text.Json.Nodes;
using Redoubt.Abi;
using Redoubt.Tests;
using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>A machine with a display, and a person in front of it with eyes and fingers.</summary>
public sealed class Display : IDisposable
{
    /// <summary>Colours of the strips: of the first screen, the second, an entry.</summary>
    public const uint First = 0x1b_2636, Second = 0x2f_2150, Entry = 0x00_5c37;

    private readonly MachineControl _control = new();
    private readonly Image.BoardDisplay _display;
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"redoubt-{Guid.NewGuid():n}.ppm");

    /// <summary>Boots a system.</summary>
    public Display(string system)
        : this(Machine.Build(system).Machine)
    {
    }

    /// <summary>Boots a machine that has a display.</summary>
    public Display(QemuMachine machine)
    {
        _display = machine.Display!;
        Machine = Machine.Boot(machine, _control);
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>What it shows now.</summary>
    public Picture Look()
    {
        _control.Screenshot(_file);
        return Picture.Read(_file);
    }

    /// <summary>Keeps what it shows now as a picture of the documentation, if those are to be written anew.</summary>
    public void Keep(string name)
    {
        if (Documents.AreWritten)
            Keep(name, Look());
    }

    /// <summary>Keeps what it showed before; it is an error to keep nothing.</summary>
    public static void Keep(string name, Picture? picture)
    {
        if (!Documents.AreWritten)
            return;
        Assert.True(picture is not null, $"what {name} is to show was not seen; once more may help");
        picture.WritePng(FileOf(name));
    }

    /// <summary>Keeps the strip that it shows now.</summary>
    public void KeepStrip(string name)
    {
        if (Documents.AreWritten)
            Look().WritePng(FileOf(name), (int)Screen.StripHeight);
    }

    private static string FileOf(string name) => Documents.PathOf("images", name + ".png");

    /// <summary>Memory of the machine as it is now.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="size">Bytes.</param>
    public byte[] Memory(ulong address, ulong size)
    {
        string file = _file + ".memory";
        try
        {
            _control.Execute("pmemsave", new JsonObject { ["val"] = address, ["size"] = size, ["filename"] = file });
            return File.ReadAllBytes(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Looks until it shows what is wanted.</summary>
    public Picture Await(Func<Picture, bool> isSo, string what)
    {
        Stopwatch time = Stopwatch.StartNew();
        while (time.Elapsed < Machine.Patience)
        {
            Picture picture = Look();
            if (isSo(picture))
                return picture;
            Thread.Sleep(50);
        }

        _control.Screenshot(Machine.LogPath + ".png");
        throw Machine.Failure($"the display does not show {what}: {Machine.LogPath}.png");
    }

    /// <summary>Looks until the strip has a colour.</summary>
    public Picture AwaitStrip(uint colour) => Await(picture => picture[2, 2] == colour, $"a strip of colour 0x{colour:x6}");

    /// <summary>Rows of the strip.</summary>
    public static byte[] Strip(Picture picture) => picture.Rows(0, (int)Screen.StripHeight).ToArray();

    /// <summary>Presses a key, or lets it go.</summary>
    public void Key(string key, bool isDown) => _control.Key(key, isDown);

    /// <summary>Presses keys one after the other.</summary>
    public void Tap(params string[] keys)
    {
        foreach (string key in keys)
        {
            Key(key, true);
            Key(key, false);
        }
    }

    /// <summary>Puts a finger on a pixel, or takes it off there.</summary>
    public void Finger(uint x, uint y, bool isDown) => _control.Touch(_display, x, y, isDown);

    /// <summary>Touches a pixel of the display for a moment.</summary>
    public void Touch(uint x, uint y)
    {
        _control.Touch(_display, x, y, true);
        _control.Touch(_display, x, y, false);
    }

    /// <summary>Does something again and again until it has an effect: what is done before a screen has been shown for a while has none.</summary>
    public void Insist(Action action, Func<bool> hasEffect, string what)
    {
        Stopwatch time = Stopwatch.StartNew();
        do
        {
            if (time.Elapsed > Machine.Patience)
                throw Machine.Failure($"{what} has no effect");
            action();
            Thread.Sleep(50);
        }
        while (!hasEffect());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Machine.Dispose();
        _control.Dispose();
        File.Delete(_file);
    }
}
