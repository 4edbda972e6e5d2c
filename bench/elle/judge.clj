; Judges histories with Elle: one EDN map a line on standard input, one JSON object a line on standard output.
; In:  {:model :serializable :txns [[:ok [[:append 1 2] [:r 1 [2]]]] ...]}
; Out: {"valid":false,"types":["G2-item"],"ms":12.3} or {"error":"..."}
(require '[elle.list-append :as list-append]
         '[jepsen.history :as history]
         '[clojure.edn :as edn]
         '[clojure.string :as str])

(defn invoked [txn] (mapv (fn [[f k v]] (if (= f :r) [f k nil] [f k v])) txn))

(defn ops [txns]
  (mapcat (fn [i [outcome txn]]
            (let [op {:f :txn :process i}]
              [(assoc op :index (* 2 i) :time (* 2 i) :type :invoke :value (invoked txn))
               (assoc op :index (inc (* 2 i)) :time (inc (* 2 i)) :type outcome :value txn)]))
          (range) txns))

(defn judge [{:keys [model txns]}]
  (let [h (history/history (vec (ops txns)))
        began (System/nanoTime)
        {:keys [valid? anomaly-types]} (list-append/check {:consistency-models [model] :directory nil} h)
        ms (/ (- (System/nanoTime) began) 1e6)]
    (format "{\"valid\":%s,\"types\":[%s],\"ms\":%.3f}"
            (if (= valid? :unknown) "null" valid?)
            (str/join "," (map #(str "\"" (name %) "\"") anomaly-types))
            ms)))

(doseq [line (line-seq (java.io.BufferedReader. *in*))]
  (println (try (judge (edn/read-string line))
                (catch Throwable e (format "{\"error\":%s}" (pr-str (str e))))))
  (flush))
(shutdown-agents)
