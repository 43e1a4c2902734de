namespace Redoubt.Proof.Theorems;

/// <summary>Work on several threads. Each piece has a thread of its own: terms belong to a thread, are deep, and go with it.</summary>
internal static class Workers
{
    private const int StackBytes = 512 << 20;

    /// <summary>Works on all items, the first ones first.</summary>
    /// <param name="items">What to work on, and what to call it.</param>
    /// <param name="most">How many at once.</param>
    /// <param name="work">The work; its token is set when all are to stop.</param>
    /// <param name="note">Told what is at work.</param>
    /// <param name="stop">Stops all.</param>
    /// <returns>The results, in the items' order.</returns>
    /// <exception cref="OperationCanceledException">They were stopped. What else goes wrong with one stops the others and is thrown as it is.</exception>
    public static TResult[] Run<TItem, TResult>(IReadOnlyList<(string Name, TItem Item)> items, int most, Func<TItem, CancellationToken, TResult> work,
        Action<string> note, CancellationToken stop)
    {
        using CancellationTokenSource stopAll = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using SemaphoreSlim free = new(most);
        TResult[] results = new TResult[items.Count];
        List<Thread> threads = [];
        List<Exception> failures = [];
        Lock state = new();
        List<string> open = [];
        int done = 0;

        void Tell(Action change)
        {
            lock (state)
            {
                change();
                note($"{done} of {items.Count}: {string.Join(", ", open)}");
            }
        }

        void Work(int number)
        {
            (string name, TItem item) = items[number];
            try
            {
                Tell(() => open.Add(name));
                results[number] = work(item, stopAll.Token);
                Tell(() =>
                {
                    open.Remove(name);
                    done++;
                });
            }
            catch (Exception failure)
            {
                lock (state)
                    failures.Add(failure);
                stopAll.Cancel();
            }
            finally
            {
                free.Release();
            }
        }

        for (int i = 0; i < items.Count && !stopAll.IsCancellationRequested; i++)
        {
            int number = i;
            free.Wait(CancellationToken.None);
            threads.Add(new Thread(() => Work(number), StackBytes));
            threads[^1].Start();
        }

        threads.ForEach(thread => thread.Join());
        stop.ThrowIfCancellationRequested();
        if (failures.Count > 0)
            global::System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures[0]);
        return results;
    }
}
