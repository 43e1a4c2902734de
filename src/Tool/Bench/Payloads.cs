using Redoubt.Tool.Builds;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Bench;

/// <summary>Traps, interrupts and notifications, as programs without an operating system see them.</summary>
public static class Payloads
{
    private const string Payload = "Bench";

    /// <summary>Traps and interrupts of a guest that has a monitor.</summary>
    public static IReadOnlyList<Figure> Traps(Action<string> note)
    {
        string elf = Programs.Build([Payload], note)[Payload];
        BuiltSystem system = BenchSystem.Build("bench-payload", note);
        note("counting traps and interrupts natively");
        var native = Counted.Run(new QemuMachine { Kernel = elf }, "the payload on the bare machine");
        note("counting traps and interrupts in a partition");
        var redoubt = Counted.Run(system.Machine, "the payload in a partition");
        Figure Net(string name, string title, bool comparable)
        {
            return new Figure(name, title, redoubt[name] - redoubt["nothing"]) { Native = comparable ? native[name] - native["nothing"] : null };
        }

        // The timer's figures count from the moment that it is set to: there is nothing to subtract.
        Figure Gross(string name, string title)
        {
            return new Figure(name, title, redoubt[name]) { Native = native[name] };
        }

        return
        [
            Net("discover", "null hypercall", true) with { Limit = 150, Goal = 100 },
            Net("psci-version", "call to the monitor, PSCI_VERSION", true) with { Goal = 450, Peers = new(188, 470, 1546) },
            Net("gicd-typer", "register of the monitor, GICD_TYPER", false) with { Goal = 450, Peers = new(224, 597, 2284) },
            Net("uart-flags", "register of the monitor, UARTFR", false) with { Goal = 450 },
            Net("sgi-self", "SGI to self, write to handler", true) with { Goal = 400, Peers = new(778, 1099, 2950) },
            Gross("timer-spinning", "timer to handler, spinning") with { Goal = 200, Peers = new(200, 1084, 2911) },
            Gross("timer-waiting", "timer to handler, from WFI") with { Goal = 200, Peers = new(200, 4448, 2553) },
        ];
    }

    /// <summary>Notifications to another partition on the same CPU.</summary>
    public static IReadOnlyList<Figure> Notifications(Action<string> note)
    {
        BuiltSystem system = BenchSystem.Build("bench-notify", note);
        note("counting notifications");
        var redoubt = Counted.Run(system.Machine, "the notifying partitions");
        Figure Net(string name, string title)
        {
            return new Figure(name, title, redoubt[name] - redoubt["nothing"]) { Goal = 500 };
        }

        return
        [
            Net("notify-service", "notification of a service, to handler"),
            Net("notify-guest", "notification of a guest, to handler"),
        ];
    }
}
